using CsCheck;

namespace Rollcall.Commands.Model;

public sealed class CommandModelTests
{
    private static readonly int Many = Rounds.Of(1_000);
    private static readonly Gen<int> Number = Gen.Int[0, 59];

    private static readonly Gen<(string What, int A)> Any = Gen.Frequency(
        (20, Gen.Const("send")),
        (6, Gen.Const("send again")),
        (6, Gen.Const("cancel")),
        (14, Gen.Const("acknowledge")),
        (14, Gen.Const("report")),
        (8, Gen.Const("beat")),
        (6, Gen.Const("beat over the socket")),
        (4, Gen.Const("claim")),
        (8, Gen.Const("connect")),
        (4, Gen.Const("attend again")),
        (4, Gen.Const("report nonsense")),
        (4, Gen.Const("disconnect")),
        (3, Gen.Const("gateway dies")),
        (14, Gen.Const("gateway writes")),
        (2, Gen.Const("gateway loses")),
        (5, Gen.Const("silo dies")),
        (10, Gen.Const("wait")),
        (3, Gen.Const("reminder")),
        (5, Gen.Const("store fails")),
        (9, Gen.Const("store back"))).Select(Number, (what, a) => (what, a));

    [Fact]
    public void Over_thousands_of_random_histories_commands_are_what_the_contract_says() => Any.Array[5, 80].Sample(
        history =>
        {
            using var simulation = new CommandSimulation();
            foreach (var (what, a) in history)
            {
                simulation.Do(what, a);
            }

            simulation.Settle(how: history.Length % 3);
        },
        iter: Many,
        print: history => string.Join(" ", history.Select(step => $"{step.What}({step.A})")));
}
