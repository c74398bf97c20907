using LoadLab.Scenarios.Yaml;

namespace LoadLab.Scenarios;

/// <summary>A value of the file by its dotted name, from the command line or a variant.</summary>
internal sealed record SettingValue(string Name, Place Place, Declared Value);
