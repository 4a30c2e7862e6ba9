namespace Rollcall.DeviceAgent.Logs;

internal enum LogLevel
{
    Debug,
    Info,
    Warn,
    Error,
}
