import { useQuery } from '@tanstack/react-query'
import { call, client } from '../../api'
import { useShops } from '../shops/api'
import type { Places } from './where'

/** usePlaces is what an offer may be limited to. */
export function usePlaces(): Places {
  const shops = useShops().data ?? []
  const audiences = useQuery({ queryKey: ['audiences'], queryFn: () => call(client.GET('/api/console/v1/offers/audiences')) }).data
  return { groups: audiences?.groups ?? [], tags: audiences?.tags ?? [], shops }
}

/** useShopNames names shops by their ids. */
export function useShopNames(): Record<string, string> {
  const shops = useShops().data ?? []
  return Object.fromEntries(shops.map((s) => [s.id, s.name]))
}
