namespace Rollcall.Load.Servers;

/// <summary>What a load is put on: one process or several that serve as one.</summary>
internal interface IServer
{
    /// <summary>Of 127.0.0.1; callers are spread over them.</summary>
    IReadOnlyList<int> Ports { get; }

    /// <summary>User and system time so far, of all its processes.</summary>
    TimeSpan CpuTime { get; }
}
