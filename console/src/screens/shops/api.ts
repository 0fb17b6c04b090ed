import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { at, call, client, refresh, useChange } from '../../api'
import type { components } from '../../schema'

type Schemas = components['schemas']
export type Shop = Schemas['Shop']
export type Clerk = Schemas['Clerk']
export type Sheet = Schemas['Sheet']
export type SheetLine = Schemas['SheetLine']
export type Found = Schemas['FoundVoucher']
export type Redemption = Schemas['Redemption']
export type Brand = Schemas['Brand']

export const useShops = () =>
  useQuery({ queryKey: ['shops'], queryFn: async () => (await call(client.GET('/api/console/v1/shops'))).shops, refetchInterval: refresh })

export const useShopStaff = (id: string) =>
  useQuery({ queryKey: ['shops', id, 'staff'], queryFn: () => call(client.GET('/api/console/v1/shops/{id}/staff', at(id))), refetchInterval: refresh })

/** Which says whose sheet, of which day; empty: today. */
export interface Which { brand: string; shop: string; date: string }

const query = (v: Which) => ({ ...(v.brand ? { brand_id: v.brand } : {}), ...(v.shop ? { shop_id: v.shop } : {}), ...(v.date ? { date: v.date } : {}) })

export const useSheet = (v: Which, on: boolean) =>
  useQuery({ queryKey: ['sheet', v], enabled: on, queryFn: () => call(client.GET('/api/console/v1/sheet', { params: { query: query(v) } })), refetchInterval: refresh })

/** sheetTable is where the sheet is as a table. */
export const sheetTable = (v: Which) => `/api/console/v1/sheet.csv?${new URLSearchParams(query(v))}`

/** useBrands are the brands of the community, for an organiser to choose from; a brand sees itself. */
export function useBrands(): Brand[] {
  return useQuery({ queryKey: ['brands'], queryFn: async () => (await call(client.GET('/api/console/v1/brands'))).brands }).data ?? []
}

/** useBrandOf is whose a shop is; empty until that is known. */
export function useBrandOf(shop: string): string {
  return useShops().data?.find((s) => s.id === shop)?.brand_id ?? ''
}

/** useClerks are a brand's clerks, also those who left; a brand has its own. */
export const useClerks = (brand: string, on: boolean) =>
  useQuery({ queryKey: ['clerks', brand], enabled: on, queryFn: async () => (await call(client.GET('/api/console/v1/clerks', { params: { query: brand ? { brand_id: brand } : {} } }))).clerks })

const redeemedPage = 50

/** useRedeemed is what was written off: everything, or in one shop, on one local day, by one clerk. */
export const useRedeemed = (v: { shop: string; date: string; clerk: string }) =>
  useInfiniteQuery({
    queryKey: ['redeemed', v], initialPageParam: '', refetchInterval: refresh,
    queryFn: async ({ pageParam }) => (await call(client.GET('/api/console/v1/redemptions', {
      params: { query: { limit: redeemedPage, ...(v.shop ? { shop_id: v.shop } : {}), ...(v.date ? { date: v.date } : {}), ...(v.clerk ? { staff_id: v.clerk } : {}), ...(pageParam ? { before: pageParam } : {}) } },
    }))).redemptions,
    getNextPageParam: (last) => (last.length < redeemedPage ? undefined : last.at(-1)?.id),
  })

export const useReverse = () =>
  useChange((v: { id: string; reason: string }) => call(client.POST('/api/console/v1/redemptions/{id}/reverse', { ...at(v.id), body: { reason: v.reason } })))

/** Said is what can be said of a shop. */
export interface Said { name: string; address: string; zone: string; daily_limit: number }

export const useAddShop = () =>
  useChange((v: Said & { brand: string }) => {
    const { brand, ...said } = v
    return call(client.POST('/api/console/v1/shops', { body: { ...said, ...(brand ? { brand_id: brand } : {}) } }))
  })

export const useChangeShop = () =>
  useChange((v: Partial<Said> & { id: string; paused?: boolean }) => {
    const { id, ...body } = v
    return call(client.PATCH('/api/console/v1/shops/{id}', { ...at(id), body }))
  })

export const useDeleteShop = () => useChange((id: string) => call(client.DELETE('/api/console/v1/shops/{id}', at(id))), (id) => ['shops', id])

const place = (shop: string, account: string) => ({ params: { path: { id: shop, account } } })

export const usePlace = () =>
  useChange((v: { shop: string; account: string; manager: boolean; limit: number }) =>
    call(client.PUT('/api/console/v1/shops/{id}/staff/{account}', { ...place(v.shop, v.account), body: { manager: v.manager, daily_limit: v.limit } })))

export const useDisplace = () => useChange((v: { shop: string; account: string }) => call(client.DELETE('/api/console/v1/shops/{id}/staff/{account}', place(v.shop, v.account))))

export const useDismiss = () => useChange((id: string) => call(client.POST('/api/console/v1/clerks/{id}/dismiss', at(id))))

/** useInviteClerk makes a link for a clerk; it is shown once. */
export const useInviteClerk = () =>
  useChange(async (v: { shop: string; name: string; manager: boolean; made: (url: string, expires: number) => void }) => {
    const made = await call(client.POST('/api/console/v1/shops/{id}/invitations', { ...at(v.shop), body: { name: v.name, manager: v.manager } }))
    v.made(made.url, made.expires_at)
  })

export const useUninvite = () =>
  useChange((v: { shop: string; invitation: string }) => call(client.DELETE('/api/console/v1/shops/{id}/invitations/{invitation}', { params: { path: { id: v.shop, invitation: v.invitation } } })))

export const useFind = () =>
  useChange(async (v: { code: string; found: (voucher: Found) => void }) => v.found(await call(client.POST('/api/console/v1/vouchers/find', { body: { code: v.code } }))))

export const useVoid = () =>
  useChange((v: { id: string; reason: string; back: boolean }) =>
    call(client.POST('/api/console/v1/vouchers/{id}/void', { ...at(v.id), body: { reason: v.reason, return_stock: v.back } })))
