using Rollcall.Edge;

// One after the other: what is cut off when it is idle is a matter of time.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
[assembly: AssemblyFixture(typeof(EdgeGateway))]
[assembly: AssemblyFixture(typeof(Rollcall.Support.Processes.MachineTurn))]
