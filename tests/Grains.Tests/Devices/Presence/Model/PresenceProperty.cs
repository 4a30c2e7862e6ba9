using CsCheck;

namespace Rollcall.Devices.Presence.Model;

/// <summary>The real twin and the model live through the same history and must never differ in what anybody can see.</summary>
internal static class PresenceProperty
{
    public static void Holds(Step[] history, Mutant? mutant = null)
    {
        using var twin = new Simulation(mutant);
        var model = new PresenceModel();
        var bounds = new Bounds();
        for (var i = 0; i < history.Length; i++)
        {
            var expected = model.Do(history[i]);
            var answer = twin.Do(history[i]);
            bounds.Note(history[i], answer, model);
            bounds.CheckLog(twin.Log());
            Same("answer", expected, answer);
            Same("log", string.Join('\n', model.Log), string.Join('\n', twin.Log()));
            Same("table", model.Table(), twin.Table());
            Assert.True(twin.Alarm || !model.StoredOnline, "online without an alarm");
            if (model.Loaded)
            {
                Same("shown", model.Shown(), twin.Shown());
                bounds.CheckShown(twin.Shown().StartsWith("online", StringComparison.Ordinal));
            }

            void Same(string what, string expected, string actual) =>
                Assert.True(expected == actual, $"after step {i} ({history[i]}), {what}:\n  model: {expected}\n  twin:  {actual}");
        }

        LogIsWhole(twin.Store.Log);
    }

    private static void LogIsWhole(List<Transition> log)
    {
        for (var i = 0; i < log.Count; i++)
        {
            Assert.Equal(i + 1, log[i].Seq);
            Assert.Equal(i % 2 == 0 ? DeviceStatus.Online : DeviceStatus.Offline, log[i].To);
            Assert.NotEqual(log[i].From, log[i].To);
        }
    }
}
