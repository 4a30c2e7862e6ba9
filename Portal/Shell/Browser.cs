using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Rollcall.Portal.Shell;

/// <summary>What only the browser can do; the other half is wwwroot/js/boot.js.</summary>
public sealed class Browser(IJSRuntime js)
{
    private readonly IJSInProcessRuntime _js = (IJSInProcessRuntime)js;

    public bool IsDark => _js.Invoke<bool>("rollcall.isDark");

    /// <summary>The token of this tab; null when there is none.</summary>
    public string? ReadToken() => _js.Invoke<string?>("rollcall.token");

    public void KeepToken(string? token) => _js.InvokeVoid("rollcall.keepToken", token);

    /// <summary>The gateway serves the reference of its calls.</summary>
    public bool HasReference => _js.Invoke<bool>("rollcall.hasReference");

    /// <returns>Whether it is dark now.</returns>
    public bool ToggleTheme() => _js.Invoke<bool>("rollcall.toggleTheme");

    public void ShowDialog(ElementReference dialog) => _js.InvokeVoid("rollcall.showDialog", dialog);

    public void CloseDialog(ElementReference dialog) => _js.InvokeVoid("rollcall.closeDialog", dialog);

    public void Focus(string id) => _js.InvokeVoid("rollcall.focus", id);

    public void ScrollToTop(string id) => _js.InvokeVoid("rollcall.toTop", id);

    /// <returns>False: the browser does not allow it; the text is on the screen, to be copied by hand.</returns>
    public ValueTask<bool> CopyAsync(string text) => _js.InvokeAsync<bool>("rollcall.copy", text);
}
