package handlers

import (
	"github.com/gin-gonic/gin"

	"siyu/models"
)

// routes is every address Siyu answers. The words after a path say who may come in.
func (s *server) routes(e *gin.Engine) {
	e.GET("/healthz", s.do(s.health))
	e.GET("/readyz", s.do(s.ready))
	e.GET("/openapi.yaml", s.do(s.openapi))

	e.GET("/wechat/official/:appid", s.do(s.verifyPush(models.OfficialAccount)))
	e.POST("/wechat/official/:appid", s.do(s.receivePush(models.OfficialAccount)))
	e.GET("/wechat/miniprogram/:appid", s.do(s.verifyPush(models.MiniProgram)))
	e.POST("/wechat/miniprogram/:appid", s.do(s.receivePush(models.MiniProgram)))
	e.GET("/wechat/work/:appid", s.do(s.verifyPush(models.WeCom)))
	e.POST("/wechat/work/:appid", s.do(s.receivePush(models.WeCom)))

	e.GET("/e/:code", s.entryPage)
	e.GET("/e/:code/qr.png", s.do(s.entryQR))

	console := e.Group("/api/console/v1", limitBody, s.sameOrigin)
	console.POST("/session", s.do(s.signIn))
	console.GET("/session", s.anyone, s.do(s.session))
	console.PATCH("/session", s.anyone, s.do(s.setLanguage))
	console.DELETE("/session", s.do(s.signOut))
	console.GET("/today", s.organiser, s.do(s.today))
	console.GET("/funnel", s.organiser, s.do(s.funnelReport))
	console.GET("/groups", s.organiser, s.do(s.listGroups))
	console.PATCH("/groups/:id", s.organiser, s.do(s.pauseGroup))
	console.GET("/menu", s.organiser, s.do(s.menu))
	console.PUT("/menu", s.organiser, s.do(s.saveMenu))
	console.GET("/menu/revisions", s.organiser, s.do(s.listMenuRevisions))
	console.POST("/menu/restore", s.organiser, s.do(s.restoreMenu))
	console.POST("/menu/publish", s.organiser, s.do(s.publishMenu))
	console.GET("/offers", s.organiserOrBrand, s.do(s.listOffers))
	console.POST("/offers", s.brand, s.do(s.submitOffer))
	console.POST("/offers/:id/approve", s.organiser, s.do(s.approveOffer))
	console.POST("/offers/:id/decline", s.organiser, s.do(s.declineOffer))
	console.GET("/checks", s.organiser, s.do(s.listChecks))
	console.POST("/checks/:id/pass", s.organiser, s.do(s.passCheck))
	console.POST("/checks/:id/refuse", s.organiser, s.do(s.refuseCheck))
	console.GET("/templates", s.organiser, s.do(s.listTemplates))
	console.POST("/templates/sync", s.organiser, s.do(s.syncTemplates))
	console.GET("/templates/:id/notices", s.organiser, s.do(s.listNotices))
	console.POST("/templates/:id/pause", s.organiser, s.do(s.pauseTemplate))
	console.POST("/templates/:id/resume", s.organiser, s.do(s.resumeTemplate))
	console.POST("/templates/:id/test", s.organiser, s.do(s.testTemplate))
	console.GET("/operator", s.organiserOrBrand, s.do(s.operator))
	console.POST("/operator/code", s.organiserOrBrand, s.do(s.operatorCode))
	console.DELETE("/operator", s.organiserOrBrand, s.do(s.unbindOperator))
	console.GET("/tasks", s.organiser, s.do(s.listTasks))
	console.POST("/tasks/:id/confirm", s.organiser, s.do(s.confirmTask))
	console.GET("/system", s.organiser, s.do(s.system))

	mini := e.Group("/api/mini/v1", limitBody)
	mini.POST("/sessions", s.do(s.miniLogin))
	mini.POST("/group-entries", s.member, s.do(s.enterGroup))
	mini.GET("/offers", s.member, s.do(s.wall))
	mini.POST("/offers/:id/claims", s.member, s.do(s.claim))
	mini.GET("/subscriptions", s.member, s.do(s.askFor))
	mini.POST("/subscriptions", s.member, s.do(s.subscribed))
	mini.POST("/operator", s.member, s.do(s.bindOperator))
	mini.GET("/vouchers", s.member, s.do(s.vouchers))

	staff := e.Group("/api/staff/v1", limitBody)
	staff.POST("/sessions", s.do(s.staffSignIn))
	staff.POST("/redemptions", s.staff, s.do(s.redeem))

	s.consolePages(e)
}
