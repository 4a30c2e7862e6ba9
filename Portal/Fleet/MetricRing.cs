namespace Rollcall.Portal.Fleet;

/// <summary>The last samples of one metric. Bounded: a page stays open on a wall for months.</summary>
public sealed class MetricRing
{
    public const int Capacity = 40;
    private float[] _samples = [];
    private int _next;

    public int Count { get; private set; }

    public void Add(float sample)
    {
        if (_samples.Length == 0)
        {
            _samples = new float[Capacity];
        }

        _samples[_next] = sample;
        _next = (_next + 1) % Capacity;
        Count = Math.Min(Count + 1, Capacity);
    }

    /// <summary>The sample at <paramref name="index"/>, oldest first.</summary>
    public float this[int index] => _samples[(_next - Count + index + Capacity) % Capacity];
}
