global using Rollcall.Running;
global using Rollcall.Support.Devices;
global using Rollcall.Support.Http;
global using Rollcall.Support.Processes;
