using LoadLab.Kernel;

namespace LoadLab.Testing;

/// <summary>What proofs have in common: wait for what is due at once, and say what was not so.</summary>
internal static class Proof
{
    /// <summary>Waits for what the kernel or a thread does without delay, by looking.</summary>
    /// <returns>False when it is not so within <see cref="ProbeConnection.Patience"/>.</returns>
    public static bool Comes(Func<bool> condition)
    {
        var until = ProbeConnection.PatienceEndsNs;
        while (!condition())
        {
            if (RunClock.MonotonicNs > until)
            {
                return false;
            }

            _ = Thread.Yield();
        }

        return true;
    }

    /// <summary>Throws unless it is so.</summary>
    /// <param name="holds">Whether it is.</param>
    /// <param name="claim">What should be so.</param>
    /// <param name="found">What is.</param>
    /// <exception cref="EndpointException">It is not.</exception>
    public static void Must(bool holds, string claim, Func<string> found)
    {
        if (!holds)
        {
            throw new EndpointException(
                $"The endpoint does not do what it promises: {claim}, but {found()}. It was not handed out. "
                + "Try again on a machine that is less busy; if it happens again, report it with the kernel's version ('uname -r').");
        }
    }
}
