using LoadLab.Model;

namespace LoadLab.KernelModel.Tests;

/// <summary>Kernels and runs that tests begin with.</summary>
internal static class Given
{
    /// <summary>6.18 with two processors and 250 ticks a second; sysctls that are not named do not exist, so that each rule takes its default.</summary>
    public static KernelFacts Facts(params (string Name, string Value)[] sysctls)
    {
        var values = sysctls.ToDictionary(one => one.Name, one => one.Value);
        return new KernelFacts(KernelVersion.Parse("6.18.44"), 2, 250, values.GetValueOrDefault);
    }

    /// <summary>One draw of one scenario.</summary>
    public static ModelRun Run(ServerSpec server, Phase[] phases, Timing timing, params (string Name, string Value)[] sysctls) => SocketLayer.Run(
        new ModelInput(new Scenario { Name = "", Path = "", Claim = "", Server = server, Phases = [.. phases] }, Facts(sysctls), Workers: 1,
            HoldsOneMore: true), timing);
}
