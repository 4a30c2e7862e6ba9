using System.Runtime.InteropServices;

namespace Rollcall.Support.Processes;

/// <summary>What an operating system does to processes.</summary>
public static class Signals
{
    private const int Sigkill = 9;
    private const int Sigterm = 15;
    private const int Sigint = 2;
    private const int Sigcont = 18;

    /// <returns>False: there is no such process.</returns>
    public static bool Kill(int pid) => Send(pid, Sigkill);

    public static bool Terminate(int pid) => Send(pid, Sigterm);

    public static bool Interrupt(int pid) => Send(pid, Sigint);

    public static bool Stop(int pid) => Send(pid, OperatingSystem.IsLinux() ? 19 : 17);

    public static bool Continue(int pid) => Send(pid, OperatingSystem.IsLinux() ? 18 : 19);

    /// <summary>A zombie is dead: it only waits for somebody to ask how it ended.</summary>
    public static bool Lives(int pid)
    {
        if (!OperatingSystem.IsLinux())
        {
            return Send(pid, 0);
        }

        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>
    /// Whether a program's own first line has run, that listens to signals: the runtime catches SIGTERM from its start on, and ends
    /// with 143; with the first registration it catches SIGCONT as well. True where the system cannot tell.
    /// </summary>
    public static bool Listens(int pid)
    {
        try
        {
            return !OperatingSystem.IsLinux()
                || File.ReadLines($"/proc/{pid}/status").Where(line => line.StartsWith("SigCgt:", StringComparison.Ordinal))
                    .Any(line => (Convert.ToUInt64(line["SigCgt:".Length..].Trim(), 16) >> (Sigcont - 1) & 1) == 1);
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Living processes whose command line names something; empty where the system cannot tell.</summary>
    public static IReadOnlyList<int> WithArgument(string text) => !Directory.Exists("/proc/self") ? [] :
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), out var pid) ? pid : 0)
            .Where(pid => pid > 0 && pid != Environment.ProcessId && Names(pid, text) && Lives(pid)),
    ];

    private static bool Names(int pid, string text)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").Contains(text, StringComparison.Ordinal);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Zero and below name groups of processes, this one's among them.</summary>
    private static bool Send(int pid, int signal) => pid > 1 && SendSignal(pid, signal) == 0;

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int pid, int signal);
}
