using System.Text.Json;
using System.Text.Json.Serialization;
using LoadLab.Model;

namespace LoadLab.Scenarios.Tests;

public sealed class PhaseActionTests
{
    [Fact]
    public void WordInAPlanIsTheActionsOwn()
    {
        var kinds = typeof(PhaseAction).GetCustomAttributes(typeof(JsonDerivedTypeAttribute), inherit: false).Cast<JsonDerivedTypeAttribute>().ToList();
        Assert.Equal(typeof(IPhaseActionVisitor<>).GetMethods().Length, kinds.Count);
        PhaseAction[] some = [new HoldAction(), new ListenAction(1), new DeferAcceptAction(Nanoseconds.Zero), new RaiseNofileAction(1), new SendAction(1, null),
            new ClientsAction(ClientEnd.Close, null)];
        Assert.All(some, action => Assert.Equal(kinds.Single(kind => kind.DerivedType == action.GetType()).TypeDiscriminator, action.Word));
    }
}
