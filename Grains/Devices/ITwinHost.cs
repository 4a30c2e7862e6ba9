using Rollcall.Commands;

namespace Rollcall.Devices;

/// <summary>What a twin needs of the place it lives in: a grain in the product, a simulation in the tests of the rules.</summary>
internal interface ITwinHost
{
    /// <summary>Calls <see cref="TwinTurn.Tick"/> after this time, instead of any earlier wish.</summary>
    void WakeAfter(TimeSpan due);

    void NeverWake();

    /// <summary>Tells the gateway that holds the socket; it may be gone.</summary>
    void EndConnection(DeviceConnectionInfo link, ConnectionEnd why);

    /// <summary>Hands commands to the gateway that holds the socket, to be written in this order; it may be gone.</summary>
    void Deliver(DeviceConnectionInfo link, IReadOnlyList<Command> commands);

    /// <summary>Tells the gateway that holds the socket that its device beats, though not over it; it may be gone.</summary>
    void Vouch(DeviceConnectionInfo link);

    /// <summary>Tells the call that waits for this command's end; its gateway may be gone.</summary>
    void Ended(CommandWaiter waiter, Command command);

    /// <summary>The durable alarm that wakes a twin whose silo died. Awaited before the device is stored as online.</summary>
    Task RegisterReminder();

    Task UnregisterReminder();

    /// <summary>Forget this activation; the next call makes a new one from what is stored.</summary>
    void Leave();
}
