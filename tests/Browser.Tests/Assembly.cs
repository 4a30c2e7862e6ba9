using Rollcall.Running;

// One after the other: they look at one gateway in one browser.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
[assembly: AssemblyFixture(typeof(Chromium))]
[assembly: AssemblyFixture(typeof(DemoGateway))]
[assembly: AssemblyFixture(typeof(Rollcall.Support.Processes.MachineTurn))]
