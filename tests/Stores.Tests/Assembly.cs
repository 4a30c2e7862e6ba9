[assembly: AssemblyFixture(typeof(Rollcall.Support.Processes.ComputingTurn))]
