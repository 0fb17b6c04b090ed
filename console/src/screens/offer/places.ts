import { useShops } from '../shops/api'
import type { Places } from './where'

/** usePlaces is what an offer may be limited to. */
export function usePlaces(): Places {
  const shops = useShops().data ?? []
  return { groups: [], tags: [], shops }
}

/** useShopNames names shops by their ids. */
export function useShopNames(): Record<string, string> {
  const shops = useShops().data ?? []
  return Object.fromEntries(shops.map((s) => [s.id, s.name]))
}
