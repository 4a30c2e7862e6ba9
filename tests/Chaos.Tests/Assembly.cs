// Two at a time: each has programs of its own, and mostly waits for what they do. What measures a program is alone.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.Collections, MaxThreads = 2)]
[assembly: AssemblyFixture(typeof(Rollcall.Support.Processes.MachineTurn))]
