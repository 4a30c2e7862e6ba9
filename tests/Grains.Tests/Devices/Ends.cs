namespace Rollcall.Devices;

/// <summary>A gateway, as far as twins speak to it.</summary>
internal sealed class Ends : IDeviceConnectionObserver
{
    private readonly List<string> _said = [];
    private int _vouched;

    public Ends(TwinCluster roll) => Reference = roll.Cluster.Client.CreateObjectReference<IDeviceConnectionObserver>(this);

    public IDeviceConnectionObserver Reference { get; }

    public ValueTask Deliver(string linkId, IReadOnlyList<Commands.Command> commands) => ValueTask.CompletedTask;

    public int Vouched => _vouched;

    public ValueTask Alive(string linkId)
    {
        Interlocked.Increment(ref _vouched);
        return ValueTask.CompletedTask;
    }

    public string[] Said
    {
        get
        {
            lock (_said)
            {
                return [.. _said];
            }
        }
    }

    public ValueTask End(string linkId, ConnectionEnd why)
    {
        lock (_said)
        {
            _said.Add($"{linkId} {why}");
        }

        return ValueTask.CompletedTask;
    }
}
