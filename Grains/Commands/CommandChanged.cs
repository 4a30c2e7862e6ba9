using Rollcall.Journal;

namespace Rollcall.Commands;

/// <summary>A command was created or has changed.</summary>
/// <param name="Command">Complete when it is new. Of an existing one, what never changes, such as the parameters, is ignored.</param>
/// <param name="IdempotencyKey">The sender's key. Null: none was given; also when an existing command is written again.</param>
/// <param name="Fingerprint">Hash of the request with that key.</param>
internal sealed record CommandChanged(Command Command, string? IdempotencyKey = null, string? Fingerprint = null) : DeviceEvent
{
    public override int Bytes => base.Bytes + (Command.Parameters?.Length ?? 0) + (Command.Result?.Length ?? 0) + (Command.Error?.Length ?? 0);
}
