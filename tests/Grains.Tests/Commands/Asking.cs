using Rollcall.Devices;

namespace Rollcall.Commands;

/// <summary>What a customer asks of a twin, and what a device says.</summary>
internal static class Asking
{
    public static async Task<Command> Send(GrainDevice device, string name, int seconds = 3_600, string? key = null, CommandWaiter? waiter = null)
    {
        var reply = await Try(device, name, seconds, key, waiter);
        Assert.Equal(Refusal.None, reply.Refusal);
        return reply.Command!;
    }

    public static async Task<CommandReply> Try(
        GrainDevice device, string name, int seconds = 3_600, string? key = null, CommandWaiter? waiter = null) => await device.Grain.Send(
        TwinCluster.Customer,
        new NewCommand(name, null, TimeSpan.FromSeconds(seconds), "owner", key ?? Guid.NewGuid().ToString("N"), key is not null, waiter));

    public static async Task<CommandReply> Say(GrainDevice device, Command command, CommandStatus status, string? result = null) =>
        await device.Grain.Report(new CommandReport(device.Session, null, command.Id, status, result));

    public static async Task<Command> Read(TwinCluster roll, Command command) =>
        (await roll.Grains.GetFleet(TwinCluster.Customer).Command(command.DeviceId, command.Id)).Command!;
}
