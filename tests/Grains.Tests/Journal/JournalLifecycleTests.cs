using Orleans.Runtime;

namespace Rollcall.Journal;

public sealed class JournalLifecycleTests
{
    /// <summary>Says "dead" in the membership table, which takes its time while that is away.</summary>
    private const int Farewell = ServiceLifecycleStage.RuntimeInitialize + 1;

    [Fact]
    public void It_starts_before_the_first_grain_and_drains_after_the_last_and_before_the_silo_says_goodbye()
    {
        var stages = new Stages();
        new JournalLifecycle(null!, null!).Participate(stages);

        Assert.Equal(ServiceLifecycleStage.RuntimeInitialize, stages.Numbers.Min());
        Assert.InRange(stages.Numbers.Max(), Farewell + 1, ServiceLifecycleStage.GrainDeactivation - 1);
    }

    private sealed class Stages : ISiloLifecycle
    {
        public List<int> Numbers { get; } = [];

        public int HighestCompletedStage => 0;

        public int LowestStoppedStage => 0;

        public IDisposable Subscribe(string observerName, int stage, ILifecycleObserver observer)
        {
            Numbers.Add(stage);
            return new MemoryStream();
        }
    }
}
