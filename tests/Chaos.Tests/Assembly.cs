// One after the other: each starts programs of its own, and a start is the dearest thing a program does.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
[assembly: AssemblyFixture(typeof(Rollcall.Support.Processes.WaitingTurn))]
