using Rollcall.Commands;

namespace Rollcall.Devices.Turn;

/// <summary>What a twin needs of its host: a grain in the product, a simulation in the tests of the rules.</summary>
internal interface ITwinHost
{
    /// <summary>Calls <see cref="TwinTurn.Tick"/> after this time, instead of any time set before.</summary>
    void WakeAfter(TimeSpan due);

    void NeverWake();

    /// <summary>Tells the gateway that holds the connection to end it; the gateway may be gone.</summary>
    void EndConnection(DeviceConnectionInfo connection, ConnectionEnd why);

    /// <summary>Hands commands to the gateway that holds the connection, to be written in this order; the gateway may be gone.</summary>
    void Deliver(DeviceConnectionInfo connection, IReadOnlyList<Command> commands);

    /// <summary>Tells the gateway that holds the connection that its device beats over REST; the gateway may be gone.</summary>
    void Vouch(DeviceConnectionInfo connection);

    /// <summary>Tells the call that waits for this command's end; its gateway may be gone.</summary>
    void Ended(CommandWaiter waiter, Command command);

    /// <summary>
    /// The durable alarm that wakes a twin whose silo died, or that has left memory. Awaited before the device is stored as online. It takes the
    /// place of one set before.
    /// </summary>
    Task RegisterReminder(ReminderPlan plan);

    Task UnregisterReminder();

    /// <summary>Ends this activation; the next call loads a new one from the store.</summary>
    void Leave();
}
