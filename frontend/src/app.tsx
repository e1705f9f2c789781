/** Providers and routes: the only file that knows every page. */
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createBrowserRouter, Navigate, RouterProvider } from "react-router";
import { Problem } from "./api/problem";
import { LanguageProvider } from "./hooks/useLanguage";
import { Discover } from "./pages/Discover";
import { Layout } from "./pages/Layout";
import { Lost } from "./pages/Lost";
import { OwnStudio } from "./pages/OwnStudio";
import { importsPath } from "./routes";
import { theme, variables } from "./theme";

const router = createBrowserRouter([
  {
    element: <Layout />,
    hydrateFallbackElement: <div />,
    errorElement: <Lost />,
    children: [
      { index: true, element: <Discover /> },
      { path: "log-in", lazy: async () => ({ Component: (await import("./pages/Auth")).LogIn }) },
      { path: "sign-up", lazy: async () => ({ Component: (await import("./pages/Auth")).SignUp }) },
      { path: "t/:slug", lazy: async () => ({ Component: (await import("./pages/Talk")).Talk }) },
      { path: "t/:slug/search", lazy: async () => ({ Component: (await import("./pages/Search")).Search }) },
      {
        path: "t/:slug/items/:item_id",
        lazy: async () => ({ Component: (await import("./pages/ItemPage")).ItemPage }),
      },
      { path: "wallet", lazy: async () => ({ Component: (await import("./pages/Wallet")).WalletPage }) },
      { path: "account", lazy: async () => ({ Component: (await import("./pages/Account")).AccountPage }) },
      { path: "studio", element: <OwnStudio /> },
      { path: "admin", element: <Navigate to={importsPath} replace /> },
      { path: "admin/imports", lazy: async () => ({ Component: (await import("./pages/Imports")).Imports }) },
      {
        path: "studio/:slug",
        lazy: async () => ({ Component: (await import("./pages/studio/Studio")).Studio }),
        children: [
          { index: true, element: <Navigate to="library" replace /> },
          { path: "library", lazy: async () => ({ Component: (await import("./pages/studio/Library")).LibraryPage }) },
          {
            path: "library/:item_id",
            lazy: async () => ({ Component: (await import("./pages/studio/TranscriptPage")).TranscriptPage }),
          },
          { path: "train", lazy: async () => ({ Component: (await import("./pages/studio/Train")).TrainPage }) },
          {
            path: "versions",
            lazy: async () => ({ Component: (await import("./pages/studio/Versions")).VersionsPage }),
          },
          {
            path: "versions/taste",
            lazy: async () => ({ Component: (await import("./pages/studio/Taste")).TastePage }),
          },
          {
            path: "versions/compare",
            lazy: async () => ({ Component: (await import("./pages/studio/CompareVersions")).CompareVersions }),
          },
          {
            path: "earnings",
            lazy: async () => ({ Component: (await import("./pages/studio/Earnings")).EarningsPage }),
          },
        ],
      },
      { path: "*", element: <Lost /> },
    ],
  },
]);

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      refetchOnWindowFocus: false,
      retry: (failures, error) => failures < 2 && error instanceof Problem && error.retryable,
    },
  },
});

export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
      <QueryClientProvider client={queries}>
        <LanguageProvider>
          <RouterProvider router={router} />
        </LanguageProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}
