// One after the other: they share a cluster, and hurt it.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
[assembly: AssemblyFixture(typeof(Rollcall.Support.Processes.MachineTurn))]
