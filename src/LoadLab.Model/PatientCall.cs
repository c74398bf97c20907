using System.Runtime.ExceptionServices;

namespace LoadLab.Model;

/// <summary>A call that may never return, such as open(2) of a pipe without a peer: waited for only so long.</summary>
/// <remarks>Concurrency: the call has a thread of its own, which is left behind when it does not return and does not keep the process alive.</remarks>
public static class PatientCall
{
    /// <summary>The same of a call that returns nothing.</summary>
    public static bool TryMake(Action call, TimeSpan patience)
    {
        ArgumentNullException.ThrowIfNull(call);
        return TryMake(
            () =>
            {
                call();
                return true;
            },
            patience,
            out _);
    }

    /// <summary>Makes the call; false when it has not returned within <paramref name="patience"/>. What it throws is thrown here.</summary>
    public static bool TryMake<T>(Func<T> call, TimeSpan patience, out T result)
    {
        ArgumentNullException.ThrowIfNull(call);
        T? returned = default;
        ExceptionDispatchInfo? thrown = null;
        var thread = new Thread(() =>
        {
            try
            {
                returned = call();
            }
            catch (Exception error)
            {
                thrown = ExceptionDispatchInfo.Capture(error);
            }
        }) { IsBackground = true };
        thread.Start();
        var isOver = thread.Join(patience);
        if (isOver)
        {
            thrown?.Throw();
        }

        result = isOver ? returned! : default!;
        return isOver;
    }
}
