using System.Text;
using Rollcall.Devices;

namespace Rollcall.Commands;

/// <summary>Quotas for one device's open commands.</summary>
/// <param name="Most">Commands.</param>
/// <param name="MostBytes">Bytes of their parameters.</param>
/// <param name="MostOfCustomer">Bytes of parameters of all the customer's commands at this silo.</param>
/// <param name="TakenByCustomer">How many of these are used, including this device's.</param>
internal readonly record struct CommandRoom(int Most, long MostBytes, long MostOfCustomer, long TakenByCustomer)
{
    /// <summary>What the settings and the customer's other commands leave.</summary>
    public static CommandRoom Of(string customerId, TwinServices services) => new(
        services.Options.CommandsMost, services.Options.CommandBytes, services.Options.CommandCustomerBytes,
        services.CustomerCommands.BytesOf(customerId));

    /// <summary>The quota that one more command would exceed; null: none.</summary>
    /// <param name="freed">Bytes of commands that have just expired, which <see cref="TakenByCustomer"/> still counts.</param>
    public CommandLimit? Exceeded(CommandQueue queue, long freed, NewCommand command)
    {
        var bytes = command.Parameters is { } parameters ? Encoding.UTF8.GetByteCount(parameters) : 0;
        return queue.Count >= Most ? new CommandLimit(CommandBound.Number, Most)
            : queue.Bytes + bytes > MostBytes ? new CommandLimit(CommandBound.DeviceBytes, MostBytes)
            : TakenByCustomer - freed + bytes > MostOfCustomer ? new CommandLimit(CommandBound.CustomerBytes, MostOfCustomer)
            : null;
    }
}
