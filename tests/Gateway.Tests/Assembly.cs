[assembly: AssemblyFixture(typeof(Rollcall.Support.Processes.MachineTurn))]
