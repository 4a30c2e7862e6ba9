using System.Collections.Concurrent;
using System.Net.WebSockets;
using Rollcall.Commands;
using Rollcall.Devices;
using Rollcall.Measuring;

namespace Rollcall.Links;

/// <summary>
/// All sockets of devices that this gateway holds: looked at each second, reached by their twins, and closed bit by bit when it stops.
/// </summary>
internal sealed partial class LinkBook(
    IGrainFactory grains, GatewaySettings settings, Greetings greetings, IHostApplicationLifetime lifetime, GatewayMeter meter, TimeProvider clock,
    ILogger<LinkBook> log)
    : BackgroundService, ILinkObserver
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<string, Conversation> _links = new();
    private ILinkObserver? _reference;
    private int _entered;

    /// <summary>How twins reach this gateway.</summary>
    public ILinkObserver Reference => _reference ??= grains.CreateObjectReference<ILinkObserver>(this);

    /// <summary>No socket is opened any more, and none that closes is a loss.</summary>
    public bool IsStopping => lifetime.ApplicationStopping.IsCancellationRequested;

    public LinkSettings Settings => settings.Links;

    /// <returns>False: there are as many as may be, or this gateway stops.</returns>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _entered) > Settings.Most || IsStopping)
        {
            Interlocked.Decrement(ref _entered);
            return false;
        }

        meter.LinkOpened();
        return true;
    }

    public void Leave()
    {
        Interlocked.Decrement(ref _entered);
        meter.LinkClosed();
    }

    public void Add(Conversation conversation)
    {
        _links[conversation.Line.Link.LinkId] = conversation;
        greetings.Add(conversation);
    }

    public void Remove(Conversation conversation) => _links.TryRemove(conversation.Line.Link.LinkId, out _);

    public ValueTask Deliver(string linkId, IReadOnlyList<Command> commands)
    {
        if (_links.TryGetValue(linkId, out var conversation))
        {
            conversation.Deliver(commands);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask Alive(string linkId)
    {
        if (_links.TryGetValue(linkId, out var conversation))
        {
            conversation.Line.Heard();
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask End(string linkId, LinkEnd why)
    {
        if (_links.TryGetValue(linkId, out var conversation))
        {
            var (code, reason) = Of(why);
            conversation.Line.Close(code, reason);
        }

        return ValueTask.CompletedTask;
    }

    public static (WebSocketCloseStatus Code, string Reason) Of(LinkEnd why) => why switch
    {
        LinkEnd.Superseded => (CloseCode.Superseded, "a newer socket or session of this device"),
        LinkEnd.Goodbye => (CloseCode.Goodbye, "the session is over"),
        _ => (CloseCode.Revoked, "revoked, disabled, in maintenance or deleted"),
    };

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        lifetime.ApplicationStopping.Register(() => _ = DrainAsync());
        using var seconds = new PeriodicTimer(Second, clock);
        while (await seconds.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var conversation in _links.Values)
            {
                conversation.Line.Check();
            }
        }
    }

    /// <summary>Spread over some seconds: all at once would come to the other gateways at once.</summary>
    private async Task DrainAsync()
    {
        var links = _links.Values.ToArray();
        if (links.Length == 0)
        {
            return;
        }

        LogDraining(links.Length);
        var begun = clock.GetTimestamp();
        for (var number = 0; number < links.Length; number++)
        {
            var due = Settings.Drain * ((double)number / links.Length);
            if (due - clock.GetElapsedTime(begun) is { Ticks: > 0 } left)
            {
                await Task.Delay(left, clock, CancellationToken.None);
            }

            links[number].Line.Close(CloseCode.Stopping, "this gateway stops");
        }
    }

    [LoggerMessage(LogLevel.Information, "The sockets of {Count} devices are closed")]
    private partial void LogDraining(int count);
}
