using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace Rollcall;

/// <summary>The checkout this test was built from.</summary>
internal static class Repository
{
    private static readonly string[] Generated = ["artifacts", "bin", "obj", ".git", "node_modules"];

    public static string Root { get; } = FindRoot();

    /// <summary>Files of ours with this ending, as paths from the root with forward slashes.</summary>
    public static string[] Files(string ending, string under = "") => [.. Walk(new DirectoryInfo(Path.Combine(Root, under)))
        .Where(file => file.EndsWith(ending, StringComparison.Ordinal))
        .Order(StringComparer.Ordinal)];

    public static string Text(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static Project Project(string name) => new(XDocument.Parse(Text($"{name}/{name}.csproj")));

    private static IEnumerable<string> Walk(DirectoryInfo folder) => !folder.Exists
        ? []
        : folder.EnumerateFiles().Select(file => Path.GetRelativePath(Root, file.FullName).Replace('\\', '/'))
            .Concat(folder.EnumerateDirectories().Where(inner => !Generated.Contains(inner.Name)).SelectMany(Walk));

    private static string FindRoot([CallerFilePath] string here = "")
    {
        var folder = new DirectoryInfo(Path.GetDirectoryName(here)!);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Orleans.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException($"No Orleans.sln above {here}.");
    }
}

/// <summary>What a project file says.</summary>
internal sealed class Project(XDocument file)
{
    /// <summary>Names of the packages it uses.</summary>
    public string[] Packages => Items("PackageReference");

    /// <summary>Names of the projects whose code it uses; with <paramref name="built"/> instead those it only has built.</summary>
    public string[] Projects(bool built = false) => [.. file.Descendants("ProjectReference")
        .Where(item => (item.Attribute("ReferenceOutputAssembly")?.Value == "false") == built)
        .Select(item => Path.GetFileNameWithoutExtension(item.Attribute("Include")!.Value.Replace('\\', '/')))
        .Order(StringComparer.Ordinal)];

    public string Sdk => file.Root!.Attribute("Sdk")!.Value;

    public string[] Frameworks => Items("FrameworkReference");

    private string[] Items(string kind) => [.. file.Descendants(kind).Select(item => item.Attribute("Include")!.Value).Order(StringComparer.Ordinal)];
}
