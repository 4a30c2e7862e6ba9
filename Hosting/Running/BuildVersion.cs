using System.Reflection;

namespace Rollcall.Running;

/// <summary>What the build stamped (Directory.Build.props): the same in every assembly of it.</summary>
public static class BuildVersion
{
    /// <summary><c>1.2.3+commit</c>, or <c>1.2.3</c> where the build knew no commit.</summary>
    public static string Whole { get; } =
        typeof(BuildVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary><c>1.2.3</c>: without the commit, which would tell a stranger which faults are not mended here.</summary>
    public static string Number { get; } = Whole.Split('+')[0];
}
