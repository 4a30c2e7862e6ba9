global using Rollcall.Processes;
global using Rollcall.Running;
