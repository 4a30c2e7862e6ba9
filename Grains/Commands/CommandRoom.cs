using System.Text;

namespace Rollcall.Commands;

/// <summary>How much room there is for one device's open commands.</summary>
/// <param name="Most">Commands.</param>
/// <param name="MostBytes">Of their parameters.</param>
/// <param name="MostOfCustomer">Bytes of parameters of all the customer's at this silo.</param>
/// <param name="TakenByCustomer">How many of these are taken, this device's among them.</param>
internal readonly record struct CommandRoom(int Most, long MostBytes, long MostOfCustomer, long TakenByCustomer)
{
    /// <summary>What there would be too much of with one more command; null: there is room.</summary>
    /// <param name="freed">Bytes of those that have just expired, which <see cref="TakenByCustomer"/> still counts.</param>
    public CommandLimit? Exceeded(CommandQueue queue, long freed, NewCommand command)
    {
        var bytes = command.Parameters is { } parameters ? Encoding.UTF8.GetByteCount(parameters) : 0;
        return queue.Count >= Most ? new CommandLimit(CommandBound.Number, Most)
            : queue.Bytes + bytes > MostBytes ? new CommandLimit(CommandBound.DeviceBytes, MostBytes)
            : TakenByCustomer - freed + bytes > MostOfCustomer ? new CommandLimit(CommandBound.CustomerBytes, MostOfCustomer)
            : null;
    }
}
