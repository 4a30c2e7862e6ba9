using Rollcall.Auth;

namespace Rollcall.Pages;

/// <summary>Who may see the dashboard. It shows all customers at once, so being an owner of one is not enough.</summary>
/// <exception cref="SettingException">One of the settings is wrong.</exception>
internal sealed class DashboardSettings
{
    private const string CustomersName = "DASHBOARD_CUSTOMERS";
    private readonly HashSet<string> _customers;

    public DashboardSettings(IConfiguration configuration)
    {
        IsOn = configuration.Flag("DASHBOARD", false);
        _customers = [.. (configuration.Text(CustomersName) ?? "")
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
        if (IsOn && _customers.Count == 0)
        {
            throw new SettingException(CustomersName, "must list the customers whose owners may see the whole cluster, when DASHBOARD is true.");
        }

        if (_customers.Count > 0 && configuration.Text("DASHBOARD") is null)
        {
            throw new SettingException(CustomersName,
                "does nothing without DASHBOARD: set that to true, or to false to keep these customers for later.");
        }
    }

    /// <summary>DASHBOARD: whether the Orleans Dashboard is served under /dashboard. Default false.</summary>
    public bool IsOn { get; }

    /// <summary>DASHBOARD_CUSTOMERS: an owner of one of these, separated by commas. No default.</summary>
    public bool Admits(PortalCaller? caller) => caller is { Role: PortalRole.Owner } && _customers.Contains(caller.CustomerId);
}
