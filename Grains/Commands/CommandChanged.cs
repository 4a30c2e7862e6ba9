using Rollcall.Journal;

namespace Rollcall.Commands;

/// <summary>A command is new, or has gone on.</summary>
/// <param name="Command">Whole when it is new. What one keeps that is there already, its parameters among it, is not looked at.</param>
/// <param name="IdempotencyKey">What its sender may ask for it by. Null: none was given; also when an earlier command is written again.</param>
/// <param name="Fingerprint">Of what was asked under that key.</param>
internal sealed record CommandChanged(Command Command, string? IdempotencyKey = null, string? Fingerprint = null) : DeviceEvent
{
    public override int Bytes => base.Bytes + (Command.Parameters?.Length ?? 0) + (Command.Result?.Length ?? 0) + (Command.Error?.Length ?? 0);
}
