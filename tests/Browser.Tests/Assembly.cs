using Rollcall.Running;

// One after the other, and not beside the crash tests: what is measured is time.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
[assembly: AssemblyFixture(typeof(Rollcall.Support.Processes.MachineTurn))]
[assembly: AssemblyFixture(typeof(Chromium))]
[assembly: AssemblyFixture(typeof(DemoGateway))]
