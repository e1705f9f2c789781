/** The title of the document while a page is shown. */
import { useEffect } from "react";

export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = title ? `${title} · fenshen 分身` : "fenshen 分身";
  }, [title]);
}
