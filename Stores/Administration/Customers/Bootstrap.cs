using Microsoft.Extensions.Configuration;
using Rollcall.Enrolment;

namespace Rollcall.Administration.Customers;

/// <summary>What a new installation starts with, so that its first devices can be provisioned before anybody has opened a portal.</summary>
public sealed record Bootstrap
{
    /// <exception cref="SettingException">BOOTSTRAP_CUSTOMER or BOOTSTRAP_ENROLMENT_KEY is wrong. The message never repeats the key.</exception>
    public Bootstrap(IConfiguration configuration)
    {
        Customer = configuration.Text("BOOTSTRAP_CUSTOMER");
        if (Customer is not null && !Ids.IsValid(Customer))
        {
            throw new SettingException("BOOTSTRAP_CUSTOMER", $"must be {Ids.Rule}.");
        }

        EnrolmentKey = configuration.Text("BOOTSTRAP_ENROLMENT_KEY");
        if (EnrolmentKey is { Length: < KeyText.Shortest or > KeyText.Longest })
        {
            throw new SettingException("BOOTSTRAP_ENROLMENT_KEY",
                $"must have {KeyText.Shortest} to {KeyText.Longest} characters that nobody guesses, for example of `openssl rand -hex 32`.");
        }

        if (EnrolmentKey is not null && configuration.Text("DATABASE_URL") is not null)
        {
            WeakKey.Refuse("BOOTSTRAP_ENROLMENT_KEY", System.Text.Encoding.UTF8.GetBytes(EnrolmentKey));
        }

        if (EnrolmentKey is not null && Customer is null)
        {
            throw new SettingException("BOOTSTRAP_ENROLMENT_KEY", "needs BOOTSTRAP_CUSTOMER, whose devices join by it.");
        }
    }

    /// <summary>BOOTSTRAP_CUSTOMER: a customer to create if it does not exist.</summary>
    public string? Customer { get; }

    /// <summary>BOOTSTRAP_ENROLMENT_KEY: a key of that customer to create if it does not exist, without a limit; at least 32 characters.</summary>
    public string? EnrolmentKey { get; }
}
