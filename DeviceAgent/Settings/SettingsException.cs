namespace Rollcall.DeviceAgent.Settings;

/// <summary>The agent refuses to start; the message is one sentence that names the setting.</summary>
internal sealed class SettingsException(string sentence) : Exception(sentence);
