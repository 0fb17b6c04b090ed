import type { UseInfiniteQueryResult, UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useText } from '../text'
import { Failed, Waiting } from './states'

/** Loaded shows what a query brought, or that it is on its way, or that it failed and how to try again. */
export function Loaded<T>({ query, children }: { query: UseQueryResult<T>; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return children(query.data)
  if (query.isError) return <Failed error={query.error} retry={() => void query.refetch()} />
  return <Waiting />
}

/** More loads the next part of a long list. */
export function More({ query }: { query: Pick<UseInfiniteQueryResult, 'hasNextPage' | 'isFetchingNextPage' | 'fetchNextPage'> }) {
  const { t } = useText()
  if (!query.hasNextPage) return null
  return (
    <button type="button" className="button wide" disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
      {t(query.isFetchingNextPage ? 'list.busy' : 'list.more')}
    </button>
  )
}
