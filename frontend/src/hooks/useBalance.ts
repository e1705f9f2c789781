/** The fan's prepaid money: what there is and how more gets in. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef } from "react";
import { answered, api } from "../api/client";
import { Problem } from "../api/problem";
import type { Call, Wallet } from "../api/types";

const wallet_key = ["mine", "wallet"];

/** An address that money may be paid at: this server or any https one. */
function isCheckout(address: string): boolean {
  try {
    const url = new URL(address, window.location.href);
    return url.protocol === "https:" || url.origin === window.location.origin;
  } catch {
    return false;
  }
}

export function useBalance(enabled: boolean) {
  const queries = useQueryClient();
  const wallet = useQuery({ queryKey: wallet_key, queryFn: () => answered(api.GET("/api/wallet")), enabled });
  /** One key per wish to pay: a repeated click or a retry after a cut pays once. */
  const wish = useRef<{ amount: string; key: string } | null>(null);

  const topUp = useMutation({
    mutationFn: async ({ amount, currency }: { amount: string; currency: string }) => {
      if (wish.current?.amount !== amount) wish.current = { amount, key: newKey() };
      const header = { "idempotency-key": wish.current.key };
      const topup = await answered(api.POST("/api/wallet/topups", { params: { header }, body: { amount, currency } }));
      if (topup.status !== "failed") return topup;
      wish.current = null;
      throw new Problem(402, "topup_failed", "", true);
    },
    onSuccess: async (topup) => {
      wish.current = null;
      if (topup.checkout_url && isCheckout(topup.checkout_url)) window.location.assign(topup.checkout_url);
      await queries.invalidateQueries({ queryKey: ["mine"] });
    },
  });

  /** What a call says about the wallet is newer than what was read before. */
  const heardFrom = useCallback(
    (call: Call) =>
      queries.setQueryData<Wallet>(wallet_key, (known) =>
        known && known.currency === call.currency
          ? { ...known, available_micros: call.available_micros, held_micros: call.held_micros }
          : known,
      ),
    [queries],
  );
  return { wallet: wallet.data, problem: wallet.error, topUp, heardFrom };
}

function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
