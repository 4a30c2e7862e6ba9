using Rollcall.Portal.Fleet;

namespace Rollcall.Portal.Shell;

/// <summary>
/// What a screen reader is told: transitions, gathered for some seconds, in one sentence. A fleet that flaps would otherwise
/// talk without end.
/// </summary>
public sealed class Announcer(TimeProvider clock)
{
    private const int MostNames = 3;
    private static readonly TimeSpan Gathering = TimeSpan.FromSeconds(3);
    private readonly Dictionary<string, Device> _turned = [];
    private ITimer? _timer;

    public string Text { get; private set; } = "";

    public event Action? Changed;

    public void Turned(Device device)
    {
        _turned[device.DeviceId] = device;
        _timer ??= clock.CreateTimer(_ => Tell(), null, Gathering, Timeout.InfiniteTimeSpan);
    }

    public void Say(string text)
    {
        Text = text;
        Changed?.Invoke();
    }

    public static string Sentence(IReadOnlyCollection<Device> turned) => string.Join(" ", turned
        .GroupBy(device => device.Status)
        .Select(group => group.Count() > MostNames
            ? $"{group.Count()} devices are {group.Key}."
            : $"{string.Join(", ", group.Select(device => device.Title))} {(group.Count() == 1 ? "is" : "are")} {group.Key}."));

    private void Tell()
    {
        _timer?.Dispose();
        _timer = null;
        Say(Sentence(_turned.Values));
        _turned.Clear();
    }
}
