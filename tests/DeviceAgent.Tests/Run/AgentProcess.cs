using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Rollcall.DeviceAgent.Tests.Run;

/// <summary>The agent as the user starts it.</summary>
internal sealed class AgentProcess : IDisposable
{
    private readonly Process _process;

    private AgentProcess(Process process) => _process = process;

    public static AgentProcess Start(string arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", $"\"{Path.Combine(AppContext.BaseDirectory, "DeviceAgent.dll")}\" {arguments}")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["HEALTH_PORT"] = "0";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new AgentProcess(Process.Start(start)!);
    }

    public int Id => _process.Id;

    public void Terminate() => Assert.Equal(0, Kill(_process.Id, 15));

    public void CloseInput() => _process.StandardInput.Close();

    public async Task<(int Code, string Output, string Errors)> EndAsync(CancellationToken timeout)
    {
        var output = _process.StandardOutput.ReadToEndAsync(timeout);
        var errors = _process.StandardError.ReadToEndAsync(timeout);
        await _process.WaitForExitAsync(timeout);
        return (_process.ExitCode, await output, await errors);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
