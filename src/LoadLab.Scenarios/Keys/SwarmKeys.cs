using LoadLab.Model;
using LoadLab.Scenarios.Yaml;

namespace LoadLab.Scenarios.Keys;

/// <summary>The keys of <c>swarm</c>, and of a phase's <c>load</c>, which overrides them.</summary>
internal static class SwarmKeys
{
    /// <summary>The table.</summary>
    public static KeyTable<SwarmSpec> Table { get; } = new("The clients.", [], SettingKey<SwarmSpec>.Of(SwarmSettings.Rows));

    /// <summary>Applies what follows from the shape, and refuses what contradicts it.</summary>
    /// <param name="swarm">As read.</param>
    /// <param name="own">The mapping just read.</param>
    /// <param name="inherited">The mapping it overrides; null when it is the scenario's own.</param>
    /// <param name="path">The mapping's name.</param>
    /// <param name="reading">Where errors go.</param>
    public static SwarmSpec Finish(SwarmSpec swarm, DeclaredMapping own, DeclaredMapping? inherited, string path, Reading reading)
    {
        bool IsDeclared(string key) => own.Has(key) || inherited?.Has(key) == true;
        if (swarm.Shape is LoadShape.Rate or LoadShape.Ramp && !IsDeclared("connections"))
        {
            swarm = swarm with { Connections = 0 };
        }

        if (swarm.Shape == LoadShape.Churn && !IsDeclared("then"))
        {
            swarm = swarm with { Then = ClientEnd.Close };
        }

        var shapePlace = own.Find("shape")?.Place ?? own.Place;
        if (swarm.Shape == LoadShape.Ramp && !IsDeclared("to"))
        {
            reading.Error(shapePlace, $"{path}.shape is ramp, but {path}.to is missing: say which rate the ramp ends at, e.g. to: 1000/s");
        }

        if (swarm.Shape is not LoadShape.Burst && swarm.For == Nanoseconds.Zero)
        {
            reading.Error(own.Find("for")?.Place ?? shapePlace, $"{path}.for is 0, so nothing would be issued; give it a time such as 2s");
        }

        if (swarm.Shape == LoadShape.Churn && swarm.Then == ClientEnd.Hold)
        {
            reading.Error(own.Find("then")?.Place ?? shapePlace,
                $"{path}.then is hold, but in shape churn each worker ends its connection to open the next; set then to close, reset or half-close");
        }

        return swarm;
    }
}
