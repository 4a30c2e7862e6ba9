using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Rollcall.Look;

/// <summary>
/// Looks at a state of the page as it is: light and dark, on a desk and on the smallest phone. Each look is kept as a
/// picture, in ARTIFACTS_DIR or in artifacts/screenshots.
/// </summary>
internal static class Look
{
    private static readonly (string Name, int Width, int Height)[] Screens = [("desk", 1280, 800), ("phone", 320, 640)];
    private static readonly ColorScheme[] Themes = [ColorScheme.Light, ColorScheme.Dark];

    private const string Wider = """
        () => [...document.querySelectorAll('html, body, .top, .main, #fleet, dialog[open], dialog[open] .dialog-body')]
          .filter(part => part.scrollWidth > part.clientWidth + 1)
          .map(part => `${part.tagName}#${part.id}.${part.className} ${part.scrollWidth} > ${part.clientWidth}`)
        """;

    /// <summary>What axe finds serious; of some rules only, or of all.</summary>
    private const string Findings = """
        async rules => (await axe.run({ resultTypes: ['violations'], ...(rules ? { runOnly: rules } : {}) })).violations
          .filter(finding => finding.impact === 'serious' || finding.impact === 'critical')
          .map(finding => `${finding.impact} ${finding.id}: ${finding.help}\n  ${finding.nodes.slice(0, 5).map(node => node.html).join('\n  ')}`)
        """;

    private static readonly string[] Contrast = ["color-contrast"];

    private static string Folder { get; } =
        Environment.GetEnvironmentVariable("ARTIFACTS_DIR") ?? Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../screenshots"));

    /// <summary>Fails when anything is wider than its screen, or when axe finds something serious.</summary>
    public static async Task AtAsync(Tab tab, string state)
    {
        Directory.CreateDirectory(Folder);
        if (await tab.Page.EvaluateAsync<bool>("typeof axe === 'undefined'"))
        {
            // Leaves its script in the page; asking that one is much faster than a run of its own each time.
            await tab.Page.RunAxe();
        }

        foreach (var (screen, width, height) in Screens)
        {
            await tab.Page.SetViewportSizeAsync(width, height);
            foreach (var theme in Themes)
            {
                var look = $"{state}-{screen}-{theme.ToString().ToLowerInvariant()}";
                await tab.Page.EmulateMediaAsync(new() { ColorScheme = theme, ReducedMotion = ReducedMotion.Reduce });
                await tab.Page.ScreenshotAsync(new() { Path = Path.Combine(Folder, look + ".png"), Animations = ScreenshotAnimations.Disabled });
                Assert.True(await tab.Page.EvaluateAsync<string[]>(Wider) is [],
                    $"{look}: wider than the screen: {string.Join(", ", await tab.Page.EvaluateAsync<string[]>(Wider))}");
                // Desk and light, phone and dark: both layouts and both palettes. What depends on both at once is contrast; axe is slow.
                var whole = (screen == "desk") == (theme == ColorScheme.Light);
                var findings = await tab.Page.EvaluateAsync<string[]>(Findings, whole ? null : Contrast);
                Assert.True(findings.Length == 0, $"{look}:\n{string.Join('\n', findings)}");
            }
        }

        await tab.Page.SetViewportSizeAsync(Screens[0].Width, Screens[0].Height);
    }
}
