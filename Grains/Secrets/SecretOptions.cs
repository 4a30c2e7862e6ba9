namespace Rollcall.Secrets;

/// <summary>How secrets are checked.</summary>
public sealed class SecretOptions
{
    /// <summary>BCRYPT_COST: cost of a slow hash, 2^cost rounds. Default 11 (about 0.2 s of a core).</summary>
    public int BcryptCost { get; set; } = 11;

    /// <summary>BCRYPT_CONCURRENCY: slow checks at a time. Default half the cores, at least 1, so that beats keep the rest.</summary>
    public int BcryptConcurrency { get; set; } = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>BCRYPT_PATIENCE: how long a check waits for its place before the answer is 503. Default 2 s.</summary>
    public TimeSpan BcryptTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>BCRYPT_WAITING: checks waiting at most; one more is answered 503 at once. Default 256.</summary>
    public int BcryptWaiting { get; set; } = 256;

    /// <summary>
    /// WRONG_SECRETS_MOST: wrong secrets for one device id within a minute; beyond it one slow check in 10 s from each address. Default 10.
    /// </summary>
    public int WrongSecretsMost { get; set; } = 10;

    /// <summary>ACTIVATION_CODE_TTL: how long a one-time code can be used. Default 24 h.</summary>
    public TimeSpan ActivationCodeTtl { get; set; } = TimeSpan.FromHours(24);
}
