// Each test has the machine for itself: what it measures is time.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
[assembly: AssemblyFixture(typeof(Rollcall.Support.Processes.MachineTurn))]
