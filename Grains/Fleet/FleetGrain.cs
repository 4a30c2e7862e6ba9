using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Rollcall.Clocks;
using Rollcall.Commands;
using Rollcall.Devices;
using Rollcall.Devices.Presence;
using Rollcall.Feed;
using Rollcall.Journal;
using Rollcall.Secrets;

namespace Rollcall.Fleet;

/// <summary>Reads the store. Stateless, so calls need not wait for each other; reads wait for their customer's turn.</summary>
[StatelessWorker, Reentrant, GrainType("roster")]
internal sealed class FleetGrain(
    IFleetStore store, ICommandStore commands, IDeviceStore devices, DeviceCreator creator, StoreHealth health,
    IEnumerable<IDeviceMirror> mirrors, Feed.Feed feed, ConnectedDevices connections, ReadTurns turns, IOptions<SecretOptions> secrets,
    IOptions<DeviceOptions> options, SecretChecker checker, ClockTrust trust, TimeProvider clock)
    : Grain, IFleetGrain
{
    /// <summary>Characters of parameters, results and errors in one page of commands.</summary>
    private const int MostCharacters = 512 * 1024;

    private string CustomerId => Keys.CustomerOf(this.GetPrimaryKeyString());

    public async ValueTask<DevicePage> List(DeviceQuery query)
    {
        var (rows, more, counts) = await Turn(() => store.ListAsync(
            CustomerId, query.ToFilter(), query.After, query.Limit, CancellationToken.None));
        var unstored = await connections.AmongAsync(rows);
        return new DevicePage([.. rows.Select(unstored.Shown)], more, counts, ClockReading.WallNow(clock));
    }

    public async ValueTask<Snapshot> Snapshot(WatchQuery query)
    {
        var (rows, more, counts) = await Turn(() => store.ListAsync(
            CustomerId, query.ToFilter(), after: null, query.Limit, CancellationToken.None));
        var unstored = await connections.AmongAsync(rows);
        return new Snapshot([.. rows.Select(unstored.Version)], more, counts);
    }

    public ValueTask<CreateReply> Create(NewDevice device)
    {
        var now = ClockReading.WallNow(clock);
        return CreateRow(device, Provisioning.For(device, now + secrets.Value.ActivationCodeTtl), now);
    }

    public async ValueTask<CreateReply> CreateWithSecret(NewDevice device, OwnSecret own)
    {
        if (own is not ({ Secret: not null, Hash: null } or { Secret: null, Hash: not null })
            || (own.Hash is { } hash && SecretScheme.OfForeign(hash) is null))
        {
            return new CreateReply(Refusal.Rejected);
        }

        var seed = new Seed(device.Seed);
        var credential = own.Hash is null
            ? await checker.Hash(device.DeviceId ?? seed.DeviceId, own.Secret!, "customer " + CustomerId)
            : SecretScheme.OfForeign(own.Hash);
        return credential is null
            ? new CreateReply(Refusal.Unavailable)
            : await CreateRow(device, Provisioning.WithCredential(seed, credential), ClockReading.WallNow(clock));
    }

    public async ValueTask Announce(IReadOnlyList<string> deviceIds)
    {
        if (!feed.IsWatched(CustomerId))
        {
            return;
        }

        foreach (var row in (await devices.ReadAsync(deviceIds, CancellationToken.None)).Where(row => row.CustomerId == CustomerId))
        {
            feed.Publish(new FeedItem(CustomerId, row.DeviceId, row.ToVersion(connected: false), FeedChange.Registered));
        }
    }

    private async ValueTask<CreateReply> CreateRow(NewDevice device, Provisioning provisioning, DateTimeOffset now)
    {
        var row = provisioning.Row(device, CustomerId, now);
        if (!Cadence.IsAllowed(row.Profile, options.Value))
        {
            return new CreateReply(Refusal.TimeoutTooShort);
        }

        if (await creator.CreateAsync(row) is not Refusal.None and var refusal)
        {
            return new CreateReply(refusal);
        }

        if (device.Again)
        {
            // It may have been created by an earlier call.
            row = await devices.ReadAsync([row.DeviceId], CancellationToken.None) is [var stored] ? stored : row;
        }

        feed.Publish(new FeedItem(CustomerId, row.DeviceId, row.ToVersion(connected: false), FeedChange.Registered));
        return new CreateReply(Refusal.None, row.ToDevice(connected: false), provisioning.Secret, provisioning.Code, row.Profile.ActivationExpiresAt);
    }

    public async ValueTask<EventPage> Events(string deviceId, long? after, int limit) =>
        await Turn(() => store.EventsAsync(CustomerId, deviceId, after, limit, CancellationToken.None));

    public async ValueTask<FleetEventPage> FleetEvents(long position, int limit) =>
        await Turn(() => store.FleetEventsAsync(CustomerId, position, limit, CancellationToken.None));

    public async ValueTask<CommandPage> Commands(CommandQuery query)
    {
        var now = trust.Now();
        return await Turn(() => commands.ListAsync(CustomerId, query, now, CancellationToken.None)) is var (found, more)
            ? Page([.. found.Select(command => CommandQueue.Shown(command, now))], more)
            : new CommandPage(Refusal.NotFound, [], false);
    }

    public async ValueTask<CommandReply> Command(string deviceId, string commandId)
    {
        var now = trust.Now();
        var one = new CommandQuery(deviceId, null, CommandIds.TryNumber(commandId, out var number) ? number + 1 : 0, 1);
        return await Turn(() => commands.ListAsync(CustomerId, one, now, CancellationToken.None)) is ([var found], _) && found.Id == commandId
            ? new CommandReply(Refusal.None, CommandQueue.Shown(found, now))
            : new CommandReply(Refusal.NotFound);
    }

    public async ValueTask<IReadOnlyList<Command>> CommandsNamed(IReadOnlyList<(string DeviceId, string CommandId)> ids)
    {
        var now = trust.Now();
        return [.. (await Turn(() => commands.FindOfCustomerAsync(CustomerId, ids, CancellationToken.None)))
            .Select(command => CommandQueue.Shown(command, now))];
    }

    public async ValueTask<StoreReport> Look() => new(await Answers(), mirrors.FirstOrDefault() is { } mirror ? !mirror.IsAway : null);

    /// <summary>A page of large commands ends early: an answer of megabytes would stay in memory for a slow reader.</summary>
    private static CommandPage Page(Command[] commands, bool more)
    {
        var (count, characters) = (0, 0);
        while (count < commands.Length && (count == 0 || characters + Weight(commands[count]) <= MostCharacters))
        {
            characters += Weight(commands[count++]);
        }

        return new CommandPage(Refusal.None, commands[..count], more || count < commands.Length);
    }

    private static int Weight(Command command) => (command.Parameters?.Length ?? 0) + (command.Result?.Length ?? 0) + (command.Error?.Length ?? 0);

    private ValueTask<T> Turn<T>(Func<Task<T>> read) => turns.ReadAsync(CustomerId, read);

    private async Task<bool> Answers()
    {
        try
        {
            await devices.ReadAsync([], CancellationToken.None);
            return !health.IsAway;
        }
        catch (Exception)
        {
            return false;
        }
    }
}
