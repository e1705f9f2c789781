import { TopUpForm } from "../../components/wallet/TopUpForm";
import { Waiting } from "../../components/ui/Empty";
import { useBalance } from "../../hooks/useBalance";

/** Puts money in and goes on. */
export function TopUp({ onDone }: { onDone?: () => void }) {
  const { wallet, topUp } = useBalance(true);
  if (!wallet) return <Waiting lines={2} />;
  return (
    <TopUpForm
      wallet={wallet}
      busy={topUp.isPending}
      problem={topUp.error}
      onTopUp={(amount) => topUp.mutate({ amount, currency: wallet.currency }, { onSuccess: () => onDone?.() })}
    />
  );
}
